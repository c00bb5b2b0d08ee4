package main

import (
	"strings"

	"github.com/zalando/skipper/eskip"
	"github.com/zalando/skipper/routing"
)

// overTLS gives another source's routes with their backends reached over HTTPS. By itself Skipper takes a Service's
// target port for its port and picks HTTPS only for 443, and its annotation for the backend's protocol holds for
// addresses of pods, which no certificate names. Here routes go to https://<service>.<namespace>.svc.cluster.local,
// port 443, so that the certificate is verified under that name.
type overTLS struct{ routing.DataClient }

func (client overTLS) LoadAll() ([]*eskip.Route, error) {
	routes, err := client.DataClient.LoadAll()
	return withTLS(routes), err
}

func (client overTLS) LoadUpdate() ([]*eskip.Route, []string, error) {
	changed, deleted, err := client.DataClient.LoadUpdate()
	return withTLS(changed), deleted, err
}

// Copies what it changes: the source compares its routes with those it gave before.
func withTLS(routes []*eskip.Route) []*eskip.Route {
	result := make([]*eskip.Route, len(routes))
	for i, route := range routes {
		changed := *route
		changed.Backend = serviceOverTLS(route.Backend)
		changed.LBEndpoints = nil
		for _, endpoint := range route.LBEndpoints {
			copied := *endpoint
			copied.Address = serviceOverTLS(endpoint.Address)
			changed.LBEndpoints = append(changed.LBEndpoints, &copied)
		}
		result[i] = &changed
	}
	return result
}

// Not with net/url: the port is a Service's target port, which may be a name.
func serviceOverTLS(backend string) string {
	_, address, _ := strings.Cut(backend, "://")
	host, _, _ := strings.Cut(address, ":")
	if !strings.HasSuffix(host, ".svc.cluster.local") {
		return backend
	}
	return "https://" + host + ":443"
}
