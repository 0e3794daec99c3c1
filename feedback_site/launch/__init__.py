"""What stands behind ./run: supervisor, embedded servers, the lanes of CI. No part of the site."""
