#!/bin/sh
# Usage: bootstrap.sh <folder>
# Installs Node.js and npm into the folder, from the npm registry, if this machine has none that is new enough.
# It does not change the system, except that root gets Debian's curl and ca-certificates if they are missing.
set -eu

folder=$1
sums=$(dirname "$0")/bootstrap.sums

fail() {
	printf '%s\n' "$1" "Or install Node.js 20 or newer with npm yourself: https://nodejs.org/en/download" >&2
	exit 1
}

is_there() { command -v "$1" >/dev/null; }

has_node() {
	is_there node && is_there npm && node -e 'process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0'
}

require_download() {
	is_there curl && return
	packages="curl ca-certificates"
	if [ "$(id -u)" != 0 ] || ! is_there apt-get; then
		fail "Node.js is fetched with curl, which is missing. Install $packages."
	fi
	echo "Installing Debian packages: $packages" >&2
	# shellcheck disable=SC2086 # Two packages.
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >/dev/null ||
		fail "apt-get could not install $packages. Check that this machine reaches its package mirror."
}

# The registry that npm would choose, from the environment and the npmrc files.
npm_registry() {
	project=$(dirname "$0")/../.npmrc
	configured=$(sed -n 's/^ *registry *= *//p' "$project" "${npm_config_userconfig:-$HOME/.npmrc}" 2>/dev/null | head -n 1)
	registry=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-${configured:-https://registry.npmjs.org}}}
	printf '%s' "${registry%/}"
}

# Unpacks a package of the registry: fetch <package, as named in the sums> <folder>.
fetch() {
	archive=$(sed -n "s/^[0-9a-f]*  \($1-[0-9].*\)/\1/p" "$sums")
	[ -n "$archive" ] || fail "There is no Node.js to fetch for this machine: $1."
	url=$(npm_registry)/$1/-/$archive
	curl --fail --silent --show-error --location --output "$work/$archive" "$url" ||
		fail "$url could not be fetched. Check the network, the disk, the proxy (https_proxy) and the registry (~/.npmrc)."
	grep " $archive\$" "$sums" | (cd "$work" && sha512sum --check --status -) ||
		fail "$url does not have the checksum in harness/bootstrap.sums. Use another registry: npm_config_registry=<address>."
	mkdir -p "$2"
	# With a full disk, tar would print a line for each of thousands of files.
	tar -xzf "$work/$archive" -C "$2" --strip-components=1 2>/dev/null ||
		fail "$archive could not be unpacked into $2. Check that the disk has 500 MB free."
}

has_node && exit
case $(uname -sm) in
"Linux x86_64") platform=linux-x64 ;;
"Linux aarch64") platform=linux-arm64 ;;
*) fail "Node.js 20 or newer with npm is needed." ;;
esac
echo "Fetching Node.js into $folder" >&2
require_download
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
fetch "node-$platform" "$work/node"
fetch npm "$work/node/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/node/bin/npx"
rm -rf "$folder"
mv "$work/node" "$folder"
