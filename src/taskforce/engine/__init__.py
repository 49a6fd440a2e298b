"""The use cases: read, plan, apply, recover. They reach the world through `ports` only."""
