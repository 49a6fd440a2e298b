"""The words that scenarios are made of: people, places, trades, and the picklists of the two tenants."""
