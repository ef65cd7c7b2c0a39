"""How the report reaches people: what is made, when it goes, and the log of it."""
