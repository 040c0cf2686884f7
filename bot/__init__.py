"""The program: platforms, web pages, command line, and the one place that puts it all together."""
