"""How the cloud speaks SIP as a user agent: its requests, and the ways they take."""
