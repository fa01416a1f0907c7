"""Files of users and of our own: read with positions, written with care."""
