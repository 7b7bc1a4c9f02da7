"""A reader who tries to work out what the public copies hide, from nothing but them."""
