using Dapr.Client;
using DaprMemory.Core.Audit;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Audit;

/// <summary>
/// The keys that commits are signed with, kept up to date: read at start, without which the service does not start, and again every interval. While they
/// can't be read, the old ones stay.
/// </summary>
internal sealed partial class AuditKeys : BackgroundService, ICommitSigner
{
    readonly IAuditKeySource? _source;
    readonly AuditOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<AuditKeys> _logger;
    volatile CommitKeyRing? _ring;
    byte[] _text = [];
    string? _failure;

    public AuditKeys(IOptions<AuditOptions> options, DaprClient dapr, TimeProvider time, ILogger<AuditKeys> logger)
    {
        _options = options.Value;
        _source = !string.IsNullOrEmpty(_options.KeyFile) ? new KeyFileSource(_options.KeyFile)
            : !string.IsNullOrEmpty(_options.SecretStore) ? new SecretStoreSource(dapr, _options)
            : null;
        _time = time;
        _logger = logger;
    }

    /// <summary>The public keys of all commits that verify; none if nothing was ever signed.</summary>
    public CommitKeySet Public => _ring?.Keys ?? new CommitKeySet([]);

    /// <inheritdoc />
    public string Sign(ReadOnlySpan<byte> hash) => (_ring ?? throw new InvalidOperationException("The keys are read before anything is written.")).Signer.Sign(hash);

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_source is null)
            LogUnsigned();
        else
        {
            using var timeout = new CancellationTokenSource(_options.StartTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await ReadAsync(_source, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                _failure = $"the sidecar, and its secret store {_options.SecretStore}, gave no answer in {_options.StartTimeout.TotalSeconds} s";
            }
            if (_ring is null)
                throw new OptionsValidationException(Options.DefaultName, typeof(AuditOptions), [$"Audit: {_failure}"]);
        }
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _ring?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_source is null)
            return;
        using var timer = new PeriodicTimer(_source.Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ReadAsync(_source, stoppingToken);
    }

    async Task ReadAsync(IAuditKeySource source, CancellationToken cancellationToken)
    {
        try
        {
            var text = await source.ReadAsync(cancellationToken);
            if (_ring is null || !text.AsSpan().SequenceEqual(_text))
            {
                // The one before is not disposed of: it may be signing.
                _ring = CommitKeyRing.Parse(text);
                _text = text;
                LogRead(_ring.Keys.Keys.Count, _ring.Signer.Key.Id);
            }
            _failure = null;
        }
        catch (Exception e) when (e is AuditKeyException or FormatException)
        {
            var reason = e is FormatException ? $"{_options.KeyFile ?? _options.SecretName}: {e.Message}" : e.Message;
            if (_failure is null && _ring is not null)
                LogFailed(reason);
            _failure = reason;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Commits are signed with the key {KeyId}; {Count} keys are known", EventName = "KeysRead")]
    partial void LogRead(int count, string keyId);

    [LoggerMessage(2, LogLevel.Error, "The keys that commits are signed with can't be read, those known before stay in use: {Reason}", EventName = "KeysFailed")]
    partial void LogFailed(string reason);

    [LoggerMessage(3, LogLevel.Warning, "Audit:Signing is Off: commits are not signed", EventName = "Unsigned")]
    partial void LogUnsigned();
}
