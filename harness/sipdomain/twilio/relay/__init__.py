"""ConversationRelay: a server of the customer's talks to a caller in text."""
