"""What the window has for training: the editor of captions."""
