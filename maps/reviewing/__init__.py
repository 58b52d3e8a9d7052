"""Letters about what people put forward on a map: that it waits for those who publish, and what became of it."""
