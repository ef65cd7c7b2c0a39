"""A demo company whose truth is known, and local servers that speak its services' protocols.

Written from the documents and the services' facts, never from the models' code, so that it can
prove them wrong. It imports nothing of the rest of the project.
"""
