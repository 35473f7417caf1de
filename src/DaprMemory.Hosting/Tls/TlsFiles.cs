using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>
/// Certificate, key and authorities in mounted files, read again when they change. What can't be used leaves the last ones in force.
/// </summary>
/// <remarks>
/// Kestrel can watch certificate files too, but binds its port anew for each change, which ends connections; and it knows nothing of what a
/// client shows. Files are compared by content: mounted secrets change by the link of a folder, of which not every file system tells.
/// </remarks>
internal sealed partial class TlsFiles : IHostedService, IDisposable
{
    readonly TlsOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<TlsFiles> _logger;
    readonly Counter<long> _reloads;
    volatile TlsMaterial _current;
    ITimer? _timer;
    int _failures;

    public TlsFiles(IOptions<TlsOptions> options, TimeProvider time, IMeterFactory meters, ILogger<TlsFiles> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _reloads = TlsInstruments.Reloads(meters);
        try
        {
            _current = new TlsMaterial(TlsTexts.Read(_options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TlsOptions), [$"Tls: the certificate can't be used: {e.Message}"]);
        }
        if (_current.Certificate is not null)
            TlsInstruments.ObserveExpiry(meters, () => _current.Certificate!.NotAfter);
    }

    /// <summary>What is in force now.</summary>
    public TlsMaterial Current => _current;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _time.CreateTimer(_ => Refresh(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_options.HasFiles)
            LookLater();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    void Refresh()
    {
        try
        {
            var texts = TlsTexts.Read(_options);
            if (texts != _current.Texts)
            {
                _current = new TlsMaterial(texts);
                TlsInstruments.Count(_reloads, "reloaded");
                LogReloaded(_current.Certificate?.NotAfter);
            }
            _failures = 0;
        }
        // Of any kind: whatever stands in the files, the service goes on.
        catch (Exception e)
        {
            // Several files can't be read at one moment: what is torn now is whole at the next look. What stays is told, once.
            if (++_failures == 2)
            {
                TlsInstruments.Count(_reloads, "refused");
                LogRefused(e.Message);
            }
        }
        LookLater();
    }

    // Once each time, not periodic: of two looks that overlap, the older could come in last.
    void LookLater() => _timer!.Change(_options.ReloadInterval, Timeout.InfiniteTimeSpan);

    [LoggerMessage(1, LogLevel.Information, "The certificate or the authorities were read again; the certificate is good until {NotAfter}", EventName = "CertificateReloaded")]
    partial void LogReloaded(DateTime? notAfter);

    [LoggerMessage(2, LogLevel.Error, "The new certificate or authorities can't be used, the old ones stay: {Reason}", EventName = "CertificateRefused")]
    partial void LogRefused(string reason);
}
