package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	log "github.com/sirupsen/logrus"
	skippernet "github.com/zalando/skipper/net"
	"github.com/zalando/skipper/secrets/certregistry"
)

// How long connections still come in after SIGTERM: so long others may take to learn that the pod ends.
const lameDuck = 5 * time.Second

// Serves HTTPS with the certificate that fits the name asked for, until SIGTERM; then ends what is under way.
func serveTLSUntilTerminated(address string, handler http.Handler, certificates *certregistry.CertRegistry) error {
	server := &http.Server{
		Addr:              address,
		Handler:           withLowerHost(withUpgrades(appendingClientAddress(handler))),
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: forLowerName(certificates.GetCertFromHello)},
		MaxHeaderBytes:    32 << 10,
		ReadTimeout:       5 * time.Minute,
		ReadHeaderTimeout: time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       time.Minute,
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() {
		<-terminated
		time.Sleep(lameDuck)
		ended <- server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServeTLS("", ""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// Appends the address that it sees; a client may have claimed others before it.
func appendingClientAddress(handler http.Handler) http.Handler {
	return &skippernet.ForwardedHeadersHandler{
		Headers: skippernet.ForwardedHeaders{For: true},
		Handler: handler,
	}
}

// Shows what the gateway routes and counts.
func serveSupport(address string, routes, counters http.Handler) {
	mux := http.NewServeMux()
	mux.Handle("/routes", routes)
	mux.Handle("/metrics", counters)
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Minute}
	log.Errorf("Metrics are not shown: %v", server.ListenAndServe())
}
