// The gateway of development clusters: Skipper's routing, proxy and source of Ingresses, without the parts of
// Skipper that nobody here uses (OAuth, Open Policy Agent, Redis, tracing), which are two thirds of it to compile.
package main

import (
	"flag"
	"slices"
	"time"

	log "github.com/sirupsen/logrus"
	"github.com/zalando/skipper/dataclients/kubernetes"
	"github.com/zalando/skipper/eskip"
	"github.com/zalando/skipper/filters"
	"github.com/zalando/skipper/filters/builtin"
	"github.com/zalando/skipper/loadbalancer"
	"github.com/zalando/skipper/metrics"
	"github.com/zalando/skipper/predicates/primitive"
	"github.com/zalando/skipper/predicates/traffic"
	"github.com/zalando/skipper/proxy"
	"github.com/zalando/skipper/routing"
	"github.com/zalando/skipper/secrets/certregistry"
)

// A backend's "Keep-Alive" must not go into HTTP/2 (RFC 9113, 8.2.2). Upgrades come last: other filters may change them.
const everyRoute = `dropResponseHeader("Connection") -> dropResponseHeader("Keep-Alive") -> upgrades()`

// The filters that a route may use. Others of Skipper's read the gateway's files, take memory that a request chooses, or
// send requests elsewhere.
var allowed = []string{
	filters.SetRequestHeaderName, filters.AppendRequestHeaderName, filters.DropRequestHeaderName,
	filters.SetResponseHeaderName, filters.AppendResponseHeaderName, filters.DropResponseHeaderName,
	filters.ModPathName, filters.SetPathName, filters.RedirectToName, filters.StatusName, filters.BackendTimeoutName,
}

// The label of the operator's objects, which admission reserves for them. Objects of others are not read: a thousand
// large Secrets would not fit into the gateway's memory.
var ours = map[string]string{"app.kubernetes.io/managed-by": "dotmac-operator"}

func main() {
	address := flag.String("address", ":8443", "where HTTPS is served")
	supportAddress := flag.String("support-address", ":9911", "where metrics and routes are shown, over HTTP")
	apiServer := flag.String("api-server", "", "the API server's URL; by itself, that of the pod's cluster")
	tokenFile := flag.String("token-file", "", "with -api-server: the file with the token to show it")
	flag.Parse()

	certificates := certregistry.NewCertRegistry()
	ingresses, err := kubernetes.New(sourceOptions(*apiServer, *tokenFile, certificates))
	if err != nil {
		log.Fatalf("The cluster's Ingresses cannot be read: %v", err)
	}
	measured := metrics.Options{Format: metrics.CodaHaleKind, Prefix: "skipper.", EnableRuntimeMetrics: true}
	counters := metrics.NewMetrics(measured)
	metrics.Default = counters
	routes := routing.New(routingOptions(overTLS{ingresses}, counters))
	defer routes.Close()
	handler := proxy.WithParams(proxyParams(routes, counters))
	defer handler.Close()

	go serveSupport(*supportAddress, routes, metrics.NewHandler(measured, counters))
	<-routes.FirstLoad()
	if err := serveTLSUntilTerminated(*address, handler, certificates); err != nil {
		log.Fatalf("The gateway ended: %v", err)
	}
}

func sourceOptions(apiServer, tokenFile string, certificates *certregistry.CertRegistry) kubernetes.Options {
	return kubernetes.Options{
		KubernetesInCluster:            apiServer == "",
		KubernetesURL:                  apiServer,
		TokenFile:                      tokenFile,
		KubernetesEnableEndpointslices: true,
		// Routes lead to Services: their names are those in the certificates.
		ForceKubernetesService:       true,
		IngressClass:                 "^skipper$",
		PathMode:                     kubernetes.KubernetesIngressMode,
		BackendTrafficAlgorithm:      kubernetes.TrafficPredicateAlgorithm,
		DefaultLoadBalancerAlgorithm: kubernetes.DefaultLoadBalancerAlgorithm,
		ProvideHTTPSRedirect:         true,
		HTTPSRedirectCode:            308,
		CertificateRegistry:          certificates,
		IngressLabelSelectors:        ours,
		ServicesLabelSelectors:       ours,
		EndpointSlicesLabelSelectors: ours,
		SecretsLabelSelectors:        ours,
	}
}

func routingOptions(source routing.DataClient, counters metrics.Metrics) routing.Options {
	registry := make(filters.Registry)
	for _, each := range builtin.Filters() {
		if slices.Contains(allowed, each.Name()) {
			registry.Register(each)
		}
	}
	registry.Register(newUpgrades())
	appended, err := eskip.ParseFilters(everyRoute)
	if err != nil {
		log.Fatalf("The filters of every route are wrong: %v", err)
	}
	return routing.Options{
		FilterRegistry: registry,
		DataClients:    []routing.DataClient{source},
		Predicates: []routing.PredicateSpec{
			primitive.NewTrue(), primitive.NewFalse(), traffic.New(), traffic.NewSegment(),
		},
		PreProcessors:   []routing.PreProcessor{&eskip.DefaultFilters{Append: appended}},
		PostProcessors:  []routing.PostProcessor{loadbalancer.NewAlgorithmProvider()},
		PollTimeout:     time.Second,
		UpdateBuffer:    32,
		SignalFirstLoad: true,
		Metrics:         counters,
	}
}

// The times are the defaults of Skipper's own program.
func proxyParams(routes *routing.Routing, counters metrics.Metrics) proxy.Params {
	return proxy.Params{
		Routing:                routes,
		Metrics:                counters,
		Flags:                  proxy.PreserveHost,
		AccessLogDisabled:      true,
		IdleConnectionsPerHost: proxy.DefaultIdleConnsPerHost,
		CloseIdleConnsPeriod:   proxy.DefaultCloseIdleConnsPeriod,
		FlushInterval:          20 * time.Millisecond,
		MaxLoopbacks:           proxy.DefaultMaxLoopbacks,
		DefaultHTTPStatus:      404,
		Timeout:                time.Minute,
		ResponseHeaderTimeout:  time.Minute,
		ExpectContinueTimeout:  30 * time.Second,
		KeepAlive:              30 * time.Second,
		DualStack:              true,
		TLSHandshakeTimeout:    time.Minute,

		CustomHttpRoundTripperWrap: withBoundedHeads,
	}
}
