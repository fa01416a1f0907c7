"""The scorecard of a PBX that calls a SIP domain: situations, what is seen of the PBX in them, and a grade."""
