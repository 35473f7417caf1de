using System.Text.Json;
using DaprMemory.LocalSidecar.Behaviours;
using DaprMemory.LocalSidecar.Components;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>The reminders of all actors, in a file of their own: daprd has them in its scheduler, not in a state store.</summary>
internal sealed class ReminderStore(LocalSidecarOptions options) : IDisposable
{
    // Can stand in no part of a key.
    const char Separator = '/';

    readonly StateStore _store = new(
        new Component { Name = "actor-reminders", Type = "state.sqlite", Version = "v1", Settings = new Dictionary<string, string>(), Scopes = [] },
        new SqliteBehaviour(),
        options);

    /// <summary>The reminders of a type's actors.</summary>
    public IEnumerable<Reminder> Load(string type) =>
        _store.List(type + Separator).Select(json => JsonSerializer.Deserialize(json, ReminderJson.Default.Reminder)!);

    /// <summary>Writes a reminder, in place of the one of its name; gives what went wrong, or null.</summary>
    public Task<string?> PutAsync(Reminder reminder) => WriteAsync(new StateOperation
    {
        Key = KeyOf(reminder.Actor, reminder.Name),
        Value = JsonSerializer.SerializeToUtf8Bytes(reminder, ReminderJson.Default.Reminder),
    });

    /// <summary>Removes a reminder, if there is one; gives what went wrong, or null.</summary>
    public Task<string?> RemoveAsync(ActorName actor, string name) => WriteAsync(new StateOperation { Key = KeyOf(actor, name), IsDelete = true });

    public void Dispose() => _store.Dispose();

    async Task<string?> WriteAsync(StateOperation operation)
    {
        var outcome = await _store.WriteAsync(operation);
        return outcome.IsDone ? null : outcome.Message;
    }

    static string KeyOf(ActorName actor, string name) => $"{actor.Type}{Separator}{actor.Id}{Separator}{name}";
}
