#!/bin/sh
# Makes the broker's password at the first start: for clients as it is, for Redis as a line of configuration.
# The volume is mounted by Mien's containers only; their users differ, so the files are readable by all of them.
set -eu
cd "$1"
[ -s redis.conf ] && exit 0
password=$(head -c 32 /dev/urandom | base64 | tr -d '+/=\n')
printf '%s\n' "$password" > password
# Last, and under its name only when it is whole: it says that all is there.
printf 'requirepass %s\n' "$password" > redis.conf.new
chmod 444 password redis.conf.new
mv redis.conf.new redis.conf
