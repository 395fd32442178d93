"""Looking at results: pictures, films, sound and takes, one at a time and against each other."""
