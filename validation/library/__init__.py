"""The library of scenarios: runs each, checks what it expects, and writes its page in docs/scenarios/."""
