"""The reviewer's pages: thin doors to the selectors and services of the queue."""
