using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Identity;

/// <summary>
/// The issuer's keys, kept up to date: read at start, again every interval, and at once when a token has a key that is not known, though not
/// more often than allowed. While they can't be read, the old ones stay.
/// </summary>
internal sealed partial class SigningKeys : BackgroundService
{
    const string NoUsableKey = "there is no usable key in JwksFile: one with a kid, for signatures, on P-256 or RSA of 2048 bits or more";

    readonly IKeySource? _source;
    readonly TimeSpan _minInterval;
    readonly TimeProvider _time;
    readonly ILogger<SigningKeys> _logger;
    readonly Lock _reading = new();
    readonly CancellationTokenSource _stopping = new();
    volatile SigningKeySet? _current;
    Task<SigningKeySet?> _read = Task.FromResult<SigningKeySet?>(null);
    long? _askedAt;
    string? _failure;

    public SigningKeys(IOptions<IdentityOptions> options, TimeProvider time, ILogger<SigningKeys> logger)
    {
        _source = SourceOf(options.Value);
        _minInterval = options.Value.MinKeyRefreshInterval;
        _time = time;
        _logger = logger;
    }

    /// <summary>The keys as they were last read; null while they never could be.</summary>
    public SigningKeySet? Current => _current;

    /// <summary>Whether there is an issuer whose keys could be read.</summary>
    public bool HasSource => _source is not null;

    /// <summary>Reads the keys again, unless that was asked for a moment ago; while they are being read, waits for that.</summary>
    /// <returns>The keys; null if they never could be read.</returns>
    public Task<SigningKeySet?> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_reading)
        {
            if (_askedAt is { } asked && _time.GetElapsedTime(asked) < _minInterval)
                return _read.WaitAsync(cancellationToken);
            _askedAt = _time.GetTimestamp();
            return ReadOnceAsync().WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_source is not null && await ReadOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is not { Count: > 0 } && !_source.MayBeLate)
            throw new OptionsValidationException(Options.DefaultName, typeof(IdentityOptions), [$"Identity: {_failure ?? NoUsableKey}"]);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _stopping.Cancel();
        (_source as IDisposable)?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_source is null)
            return;
        using var timer = new PeriodicTimer(_source.Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            await ReadOnceAsync().WaitAsync(stoppingToken).ConfigureAwait(false);
    }

    static IKeySource? SourceOf(IdentityOptions options) =>
        options.Mode == IdentityMode.Insecure ? null
        : !string.IsNullOrEmpty(options.JwksFile) ? new JwksFileSource(options)
        : !string.IsNullOrEmpty(options.Authority) ? new DiscoverySource(options)
        : null;

    /// <summary>Reads the keys, one reading at a time: of two, the older could come in last.</summary>
    Task<SigningKeySet?> ReadOnceAsync()
    {
        lock (_reading)
            return _read.IsCompleted ? _read = Task.Run(ReadAsync) : _read;
    }

    async Task<SigningKeySet?> ReadAsync()
    {
        try
        {
            var keys = await _source!.ReadAsync(_stopping.Token).ConfigureAwait(false);
            if (_current?.IsSameAs(keys) != true)
            {
                _current = keys;
                LogRead(keys.Count, keys.Issuer);
            }
            _failure = null;
        }
        catch (KeySourceException e)
        {
            if (_failure is null)
                LogFailed(e.Message);
            _failure = e.Message;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service ends; those who wait for keys do, too.
        }
        return _current;
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} keys of the issuer {Issuer} are in force", EventName = "KeysRead")]
    partial void LogRead(int count, string issuer);

    [LoggerMessage(2, LogLevel.Error, "The issuer's keys can't be read, those known before stay in force: {Reason}", EventName = "KeysFailed")]
    partial void LogFailed(string reason);
}
