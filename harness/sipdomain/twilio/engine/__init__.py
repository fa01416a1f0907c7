"""What every room of the cloud stands on: the turn, settings, alarms, and what is waited for."""
