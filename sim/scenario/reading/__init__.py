"""Reading: from the text of a file, and of those it extends, to plain values with their places; and back."""
