"""Reality: the base hospital beside figures of real hospitals."""
