"""What mouse and keyboard do on the board. Gestures change nothing themselves: they end in one edit of the document."""
