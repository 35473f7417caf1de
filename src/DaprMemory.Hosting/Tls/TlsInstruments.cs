using System.Diagnostics.Metrics;

namespace DaprMemory.Hosting.Tls;

/// <summary>The metrics of certificates.</summary>
internal static class TlsInstruments
{
    const string MeterName = "memory_tls";
    const string OutcomeTag = "outcome";
    const string PeerTag = "peer";

    public static Counter<long> Reloads(IMeterFactory meters) =>
        meters.Create(MeterName).CreateCounter<long>("reloads", "{reload}", "Changes of the certificate files, by whether they could be used.");

    public static Counter<long> Refusals(IMeterFactory meters) =>
        meters.Create(MeterName).CreateCounter<long>("refusals", "{handshake}", "Handshakes refused for the other side's certificate, by what it is to us.");

    public static void ObserveExpiry(IMeterFactory meters, Func<DateTime> notAfter) =>
        meters.Create(MeterName).CreateObservableGauge(
            "certificate_expiry_seconds",
            () => new DateTimeOffset(notAfter()).ToUnixTimeSeconds(),
            "s",
            "When the certificate in force expires, in seconds since 1970.");

    public static void Count(Counter<long> reloads, string outcome) => reloads.Add(1, new KeyValuePair<string, object?>(OutcomeTag, outcome));

    public static void CountPeer(Counter<long> refusals, string peer) => refusals.Add(1, new KeyValuePair<string, object?>(PeerTag, peer));
}
