#!/usr/bin/env bash
# Docker, kind and a node image on a machine that reaches package registries and no image registry: docs/how-to/prove-kind.md.
# Usage: lab.sh up | lab.sh run <command> ... | lab.sh down
# Everything lies in one folder (KIND_LAB, /tmp/dotmac-kind-lab) and one network namespace: neither the machine's own
# container engine nor its firewall is touched, nor a native cluster that runs.
set -euo pipefail

lab=${KIND_LAB:-/tmp/dotmac-kind-lab}
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../../../.." && pwd)
name="kind-lab"
kind=sigs.k8s.io/kind@v0.33.0
kubernetes=v1.37.2
link=192.168.231
debian=docker.io/library/debian:12-slim

export DOCKER_HOST=unix://$lab/docker.sock DOCKER_CONFIG=$lab/config DOCKER_BUILDKIT=1
export CGO_ENABLED=0 GOWORK=off GOTOOLCHAIN=go1.26.11
export PATH=$lab/bin:$lab/debian/usr/bin:$lab/debian/usr/sbin:$checkout/node_modules/.bin:$PATH

inside() { nsenter --net=/run/netns/$name "$@"; }

# Debian's docker.io and what it needs, unpacked and not installed.
fetch_docker() {
	mkdir -p "$lab/packages" "$lab/debian" "$lab/bin"
	(cd "$lab/packages" && apt-get download -qq docker.io containerd runc libdevmapper1.02.1)
	for package in "$lab"/packages/*.deb; do dpkg -x "$package" "$lab/debian"; done
}

# `ip netns exec` would hide the control groups: nsenter enters the network and nothing else.
make_network() {
	ip netns add $name
	ip link add $name type veth peer name eth0 netns $name
	ip addr add $link.1/30 dev $name
	ip link set $name up
	ip -n $name addr add $link.2/30 dev eth0
	ip -n $name link set lo up
	ip -n $name link set eth0 up
	ip -n $name route add default via $link.1
	nft "table ip $name { chain postrouting { type nat hook postrouting priority srcnat; ip saddr $link.0/30 masquerade; }; }"
}

# Docker asks for every capability where a container is privileged; some machines may not give CAP_SYS_RESOURCE.
write_runtime() {
	cat >"$lab/bin/runc-here" <<RUNTIME
#!/usr/bin/env bash
arguments=("\$@")
for ((i = 0; i < \${#arguments[@]}; i++)); do
	case \${arguments[i]} in
	--bundle) file=\${arguments[i + 1]}/config.json ;;
	--process) file=\${arguments[i + 1]} ;;
	*) continue ;;
	esac
	sed -i 's/"CAP_SYS_RESOURCE",//g; s/,"CAP_SYS_RESOURCE"//g' "\$file"
done
exec $lab/debian/usr/sbin/runc "\$@"
RUNTIME
	chmod +x "$lab/bin/runc-here"
}

start_docker() {
	mkdir -p "$lab/data" "$lab/exec"
	inside setsid dockerd --data-root="$lab/data" --exec-root="$lab/exec" --pidfile="$lab/docker.pid" --host="$DOCKER_HOST" \
		--cgroup-parent=/$name --add-runtime=here="$lab/bin/runc-here" --default-runtime=here >"$lab/docker.log" 2>&1 &
	timeout 60 bash -c 'until docker info >/dev/null 2>&1; do sleep 0.2; done'
}

# Stands in for the image of Debian; it trusts the authorities that this machine trusts.
make_debian() {
	mmdebstrap --quiet --variant=minbase bookworm - | docker import - $debian >/dev/null
	mkdir -p "$lab/trust"
	find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$lab/trust" \;
	printf 'FROM %s\nCOPY . /usr/local/share/ca-certificates/\n' $debian | docker build --quiet --tag=$debian --file=- "$lab/trust"
}

# kind and kubeadm from Go modules; the harness's own build has the rest.
make_programs() {
	local module=$lab/kubernetes version=k8s.io/component-base/version built
	mkdir -p "$module" "$lab/node"
	cp -r "$checkout/harness/binaries/kubernetes/." "$module"
	(cd "$module" && GOFLAGS=-mod=mod go build -buildvcs=false -o "$lab/bin/kubeadm" \
		-ldflags "-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=37" k8s.io/kubernetes/cmd/kubeadm)
	GOFLAGS='' GOBIN=$lab/bin go install $kind
	for program in kube containerd runc coredns kube-network-policies helm; do
		built=$(node --disable-warning=ExperimentalWarning "$here/program.ts" $program)
	done
	built=${built%/*}
	cp -rL "$here/kind-node/." "$built"/{kube,containerd,containerd-shim-runc-v2,ctr,runc,coredns,pause,kube-network-policies} \
		"$lab/bin/kubeadm" /usr/lib/cni/{host-local,loopback,ptp,portmap} "$lab/node"
	ln -sf "$built/helm" "$built/kubectl" "$lab/bin"
}

# The images of the control plane, by the names that kubeadm asks for.
make_images() {
	local images
	mapfile -t images < <("$lab/bin/kubeadm" config images list --kubernetes-version=$kubernetes)
	images+=(localhost/proof/kube-network-policies)
	cd "$lab/node"
	for image in "${images[@]}"; do
		case $image in
		*/coredns:*) docker build --quiet --target=one --build-arg=PROGRAM=coredns --tag="$image" . ;;
		*/pause:*) docker build --quiet --target=one --build-arg=PROGRAM=pause --tag="$image" . ;;
		*/kube-network-policies) docker build --quiet --target=one --build-arg=PROGRAM=kube-network-policies --tag="$image" . ;;
		*) docker build --quiet --target=kube --build-arg=BASE=$debian --tag="$image" . ;;
		esac
	done
	docker save --output=images.tar "${images[@]}"
}

# kind's own base image, from the Dockerfile of its module on the Debian above, and the programs.
make_node() {
	local module
	module=$(GOFLAGS='' go mod download -json $kind | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
	docker build --quiet --target=base --build-arg=BASE_IMAGE=$debian --tag=proof/base "$module/images/base"
	cd "$lab/node"
	mkdir -p manifests
	sed "s#\${IMAGE}#localhost/proof/kube-network-policies#; s#\${NRI}#/var/run/nri#" \
		"$checkout/harness/kubernetes/manifests/kube-network-policies.yaml" >manifests/default-cni.yaml
	cp "$checkout/harness/kubernetes/manifests/storage-class.yaml" manifests/default-storage.yaml
	for number in $(seq -w 24); do sed "s/NUMBER/$number/g" volume.yaml; done >>manifests/default-storage.yaml
	docker build --quiet --target=node --build-arg=BASE=proof/base --build-arg=VERSION=$kubernetes --build-arg=PAUSE="$(docker images --format='{{.Repository}}:{{.Tag}}' registry.k8s.io/pause)" \
		--tag=kindest/node:proof .
}

up() {
	fetch_docker
	make_network
	write_runtime
	start_docker
	make_debian
	make_programs
	make_images
	make_node
	echo "Now: $0 run make up"
}

run() {
	export XDG_STATE_HOME=$lab/state CLUSTER=kind KIND_NODE_IMAGE=kindest/node:proof
	exec nsenter --net=/run/netns/$name "$@"
}

down() {
	docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null || true
	if [ -e "$lab/docker.pid" ]; then
		kill "$(cat "$lab/docker.pid")"
		timeout 60 bash -c "while [ -e '$lab/docker.pid' ]; do sleep 0.2; done"
	fi
	ip netns delete $name || true
	nft delete table ip $name || true
	find /sys/fs/cgroup -depth -type d -path "*/$name*" -exec rmdir {} + 2>/dev/null || true
	chmod -R u+w "$lab" && rm -rf "$lab"
}

case ${1:-} in
up | down) "$1" ;;
run) shift && run "$@" ;;
*)
	echo "Usage: $0 up | $0 run <command> ... | $0 down" >&2
	exit 2
	;;
esac
