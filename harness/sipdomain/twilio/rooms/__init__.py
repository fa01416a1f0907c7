"""Where calls meet: conferences."""
