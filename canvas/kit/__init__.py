"""Small widgets that all panels share, painted by the names of the theme."""
