"""The pages: what an administrator sees and does. Django views over the use cases of an installation."""
