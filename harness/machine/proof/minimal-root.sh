#!/usr/bin/env bash
# A Debian with nothing but git and make, to prove that `make` fetches all else: docs/how-to/prove-a-fresh-machine.md.
# Usage: minimal-root.sh up | minimal-root.sh run <command> ... | minimal-root.sh down
# It lies in one folder (MINIMAL_ROOT, /tmp/dotmac-minimal-root), with a clone of this checkout, and in one network namespace.
set -euo pipefail

root=${MINIMAL_ROOT:-/tmp/dotmac-minimal-root}
checkout=$(cd "$(dirname "$0")/../../.." && pwd)
name=minimal-root
link=192.168.232

make_root() {
	mmdebstrap --quiet --variant=minbase --include=git,make,ca-certificates bookworm "$root" >/dev/null
	cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
	chroot "$root" update-ca-certificates >/dev/null 2>&1
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
	cp ~/.npmrc "$root/root/" 2>/dev/null || true
	git clone --quiet "$checkout" "$root/root/dotmac"
}

make_network() {
	ip netns add $name
	ip link add $name type veth peer name eth0 netns $name
	ip addr add $link.1/30 dev $name
	ip link set $name up
	ip -n $name addr add $link.2/30 dev eth0
	ip -n $name link set lo up
	ip -n $name link set eth0 up
	ip -n $name route add default via $link.1
	sysctl -q net.ipv4.ip_forward=1
	nft "table ip $name { chain postrouting { type nat hook postrouting priority srcnat; ip saddr $link.0/30 masquerade; }; }"
}

up() {
	make_root
	make_network
	echo "Now: $0 run make up"
}

# PATH as of a login: none of this machine's programs. What registries and proxies need is passed on.
run() {
	local passed
	passed=$(env | grep -iE '^([a-z_]*_proxy|goproxy|gosumdb|npm_config_registry|ssl_cert_file|node_extra_ca_certs)=' || true)
	# shellcheck disable=SC2016,SC2086 # The inner shell expands the first; values have no spaces.
	exec nsenter --net=/run/netns/$name unshare --mount --pid --fork --kill-child bash -c '
		root=$1 && shift
		mount --bind "$root" "$root"
		mount --make-rshared "$root"
		mount -t proc proc "$root/proc"
		mount --rbind /sys "$root/sys"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" env -i HOME=/root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			'"$(printf '%q ' $passed)"' sh -c "cd /root/dotmac && exec \"\$@\"" sh "$@"' bash "$root" "$@"
}

down() {
	ip netns delete $name || true
	nft delete table ip $name || true
	rm -rf --one-file-system "$root"
}

case ${1:-} in
up | down) "$1" ;;
run) shift && run "$@" ;;
*)
	echo "Usage: $0 up | $0 run <command> ... | $0 down" >&2
	exit 2
	;;
esac
