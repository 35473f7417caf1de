using System.Collections.Concurrent;
using System.Net;
using DaprMemory.LocalSidecar.Invocation;
using DaprMemory.LocalSidecar.PubSub;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>
/// Hosts the types of actors that the app names. Each type lives with one sidecar at a time; where another one has it, this one waits for it to
/// let go.
/// </summary>
internal sealed partial class AppActors : IAppPart, IDisposable
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    readonly string _appId;
    readonly string _folder;
    readonly Func<Uri> _self;
    readonly ActorChannel _channel;
    readonly AppQuestion _question;
    readonly ReminderStore _reminders;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly ConcurrentDictionary<string, HostedActors> _hosted = new();
    volatile IReadOnlyList<string> _types = [];
    CancellationTokenSource? _leaving;
    Task _waiting = Task.CompletedTask;
    (Uri App, byte[] Answer)? _found;

    public AppActors(string appId, LocalSidecarOptions options, Func<Uri> self, AppChannel app, ActorChannel channel, ReminderStore reminders)
    {
        (_appId, _folder, _self, _channel, _reminders, _time) = (appId, options.DataPath, self, channel, reminders, options.Time);
        _question = new AppQuestion(app, "/dapr/config", options.Time);
        _logger = options.LoggerFactory.CreateLogger<AppActors>();
    }

    /// <summary>Whether the app names the type, be its actors here or not.</summary>
    public bool Names(string type) => _types.Contains(type);

    /// <summary>The actors of a type; null: they are not here, or not yet.</summary>
    public HostedActors? Find(string type) => _hosted.GetValueOrDefault(type);

    public async Task FoundAsync(Uri app, CancellationToken cancellationToken)
    {
        var (status, body) = await _question.AskAsync(app, cancellationToken);
        var answer = status == HttpStatusCode.OK ? body : [];
        if (_found is var (address, told) && address == app && told.AsSpan().SequenceEqual(answer))
            return;
        await LostAsync();
        if (answer.Length == 0)
            return;
        if (ActorSettings.Parse(answer) is not { } settings)
        {
            LogUnreadable(_logger, _appId);
            return;
        }
        _types = settings.Types;
        _found = (app, answer);
        _leaving = new CancellationTokenSource();
        // A type that is free is there when this returns.
        var left = settings.Types.Where(type => !TryHost(type, app, settings)).ToList();
        _waiting = WaitForAsync(left, app, settings, _leaving.Token);
    }

    public async Task LostAsync()
    {
        _types = [];
        _found = null;
        if (_leaving is { } leaving)
        {
            await leaving.CancelAsync();
            await _waiting;
            leaving.Dispose();
            _leaving = null;
        }
        // Listed until they are gone: what they are doing may have to be interrupted.
        await Task.WhenAll(_hosted.Values.Select(actors => actors.DisposeAsync().AsTask()));
        _hosted.Clear();
    }

    public void Abort()
    {
        foreach (var actors in _hosted.Values)
            actors.Abort();
    }

    public void Dispose() => _leaving?.Dispose();

    async Task WaitForAsync(List<string> types, Uri app, ActorSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            while (types.Count > 0)
            {
                await Task.Delay(Retry, _time, cancellationToken);
                types.RemoveAll(type => TryHost(type, app, settings));
            }
        }
        catch (OperationCanceledException)
        {
            // The app has gone.
        }
    }

    bool TryHost(string type, Uri app, ActorSettings settings)
    {
        if (ActorPlace.TryTake(_folder, type, _self()) is not { } place)
            return false;
        _hosted[type] = new HostedActors(type, app, place, settings, _channel, _reminders, _time, _logger);
        return true;
    }

    [LoggerMessage(EventName = "ActorSettingsUnreadable", Level = LogLevel.Error, Message = "What {App} answers to /dapr/config can't be read: it has no actors")]
    static partial void LogUnreadable(ILogger logger, string app);
}
