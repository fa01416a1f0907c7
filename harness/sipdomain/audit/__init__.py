"""The attacker's view of a SIP server: probes, what each found, and what to change."""
