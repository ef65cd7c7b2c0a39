"""The feeds of the demo company, a module each; ``sandbox/feed.py`` says what a feed is."""
