"""The screen: pages that gather, call and show."""
