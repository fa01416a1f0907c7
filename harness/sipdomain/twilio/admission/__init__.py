"""Whether a request may pass, and why: domain, access list, credentials, registrations."""
