"""The pages of the screen, one file each."""
