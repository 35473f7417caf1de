using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Certificates;

/// <summary>The certificate in two mounted files, read again when they change. A pair that can't be used leaves the last one in force.</summary>
internal sealed partial class ServerCertificate
{
    // Mounted secrets change by a link of a folder, of which not every file system tells: the content is compared.
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly AdmissionOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<ServerCertificate> _logger;
    readonly Lock _gate = new();
    Loaded _loaded;
    long _readAt;

    public ServerCertificate(IOptions<AdmissionOptions> options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _readAt = time.GetTimestamp();
        try
        {
            _loaded = Load(ReadFiles());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AdmissionOptions), [$"Admission: the certificate can't be used: {e.Message}"]);
        }
    }

    /// <summary>The certificate to answer with now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_readAt) >= Interval)
                    Refresh();
                return _loaded.Certificate;
            }
        }
    }

    void Refresh()
    {
        _readAt = _time.GetTimestamp();
        try
        {
            var text = ReadFiles();
            if (text == _loaded.Text)
                return;
            // Handshakes under way may still use the old one: it is left to the collector.
            _loaded = Load(text);
            LogReloaded(_loaded.Certificate.NotAfter);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            LogRefused(e.Message);
        }
    }

    (string Certificate, string Key) ReadFiles() => (File.ReadAllText(_options.CertificatePath), File.ReadAllText(_options.KeyPath));

    static Loaded Load((string Certificate, string Key) text) => new(text, X509Certificate2.CreateFromPem(text.Certificate, text.Key));

    [LoggerMessage(1, LogLevel.Information, "The certificate was read again; it is good until {NotAfter}", EventName = "CertificateReloaded")]
    partial void LogReloaded(DateTime notAfter);

    [LoggerMessage(2, LogLevel.Error, "The new certificate can't be used, the old one stays: {Reason}", EventName = "CertificateRefused")]
    partial void LogRefused(string reason);

    sealed record Loaded((string Certificate, string Key) Text, X509Certificate2 Certificate);
}
