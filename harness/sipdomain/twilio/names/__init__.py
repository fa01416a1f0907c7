"""Names and addresses that the provider publishes or makes: domains, edges, SIDs."""
