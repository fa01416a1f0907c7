"""Requests to a customer's URLs as values: signed, retried, redirected, and judged."""
