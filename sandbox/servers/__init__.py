"""Local stand-ins for the services a company uses, speaking their documented protocols."""
