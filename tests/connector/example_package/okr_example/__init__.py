"""A connector that is not ours."""
