"""The store: a Django app with one repository per aggregate."""
