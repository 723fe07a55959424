#!/bin/sh
# Writes the secrets that compose.yaml mounts, where they are missing. Keep a copy of encryption_key in another place:
# without it nothing that is sealed can be opened again.
set -eu
folder=${1:-"$(dirname "$0")/secrets"}
mkdir -p "$folder"
chmod 0700 "$folder"
umask 077
make() {
  [ -e "$folder/$1" ] || "$2" > "$folder/$1"
  # Compose mounts files with the mode that they have, and the service runs as another user: the folder keeps others out.
  chmod 0444 "$folder/$1"
}
hex() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
webhook() { printf 'whsec_'; head -c 32 /dev/urandom | base64 | tr -d '\n'; }
make database_password hex
make webhook_secret webhook
make encryption_key hex
make api_key hex
