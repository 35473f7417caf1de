using DaprMemory.LocalSidecar.Behaviours;
using DaprMemory.LocalSidecar.Secrets;
using DaprMemory.LocalSidecar.State;
using DaprMemory.LocalSidecar.Storage;

namespace DaprMemory.LocalSidecar.Components;

/// <summary>The components of a folder and the stores behind them, shared by all apps of a host.</summary>
internal sealed partial class ComponentSet : IDisposable
{
    readonly List<StateStore> _stores = [];

    ComponentSet(IReadOnlyList<Component> all) => All = all;

    public IReadOnlyList<Component> All { get; }

    public IReadOnlyList<StateStore> Stores => _stores;

    /// <summary>Whether any app can have actors.</summary>
    public bool HasActorStore => _stores.Exists(store => store.Component.IsActorStore);

    /// <summary>The store that lets an app have actors; null: it has none, or more than one.</summary>
    public StateStore? ActorStoreOf(string appId) =>
        _stores.Where(store => store.Component.IsActorStore && store.Component.IsInScopeOf(appId)).ToList() is [var only] ? only : null;

    /// <summary>Reads the folder and opens the stores.</summary>
    /// <exception cref="ComponentException">Something in it cannot be used.</exception>
    public static ComponentSet Open(LocalSidecarOptions options)
    {
        var logger = options.LoggerFactory.CreateLogger<ComponentSet>();
        var errors = new List<string>();
        var usable = new List<Component>();
        foreach (var component in Read(options.ComponentsPath, errors))
        {
            if (Check(component) is not { } error)
                usable.Add(component);
            else if (component.IgnoreErrors)
                LogIgnored(logger, error);
            else
                errors.Add(error);
        }
        errors.AddRange(usable.GroupBy(c => c.Name).Where(g => g.Count() > 1).Select(g => $"component '{g.Key}' is there {g.Count()} times"));
        if (errors.Count > 0)
            throw new ComponentException(errors);

        Directory.CreateDirectory(options.DataPath);
        var set = new ComponentSet(usable);
        try
        {
            foreach (var component in usable.Where(c => c.IsState))
                set._stores.Add(new StateStore(component, StoreBehaviour.Find(component.Type, component.Version)!, options));
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var store in _stores)
            store.Dispose();
    }

    static List<Component> Read(string folder, List<string> errors)
    {
        if (!Directory.Exists(folder))
            throw new ComponentException([$"there is no folder '{folder}'"]);
        return [.. Directory.EnumerateFiles(folder)
            .Where(path => Path.GetExtension(path) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal)
            .SelectMany(path => ComponentFile.Read(path, errors))];
    }

    static string? Check(Component component)
    {
        if (component.IsPubSub)
            return null;
        if (component.IsSecretStore)
            return SecretStore.Check(component) is { } wrong ? $"component '{component.Name}': {wrong}" : null;
        if (StoreBehaviour.Find(component.Type, component.Version) is null)
            return $"component '{component.Name}': the type {component.Type}/{component.Version} is not known";
        return KeyPrefix.Check(component) is { } error ? $"component '{component.Name}': {error}" : null;
    }

    [LoggerMessage(EventName = "ComponentIgnored", Level = LogLevel.Warning, Message = "Ignored: {Error}")]
    static partial void LogIgnored(ILogger logger, string error);
}
