"""Where each behaviour comes from: rules with their sources, and the profiles that differ."""
