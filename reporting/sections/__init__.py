"""One module a section of the page: its SQL over marts and its part of the view model."""
