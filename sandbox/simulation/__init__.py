"""Parts of the simulated company, in the order in which ``sandbox.company`` calls them."""
