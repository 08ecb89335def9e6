"""Staffing: how many units there are over time, as planned and as it comes."""
