"""What serves every call and knows of none: the turn, settings, alarms, exchanges, prompts, identifiers."""
