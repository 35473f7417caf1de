namespace DaprMemory.LocalSidecar.Tests;

/// <summary>Component files and data of one test, on disk.</summary>
internal sealed class TestFolder : IDisposable
{
    readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("local-sidecar-");

    public string Components => Path.Combine(_root.FullName, "components");

    public string Data => Path.Combine(_root.FullName, "data");

    public TestFolder()
    {
        Directory.CreateDirectory(Components);
        Add("strong", "state.postgresql", "v2", ("keyPrefix", "none"));
    }

    public TestFolder Add(string name, string type, string version, params (string Name, string Value)[] settings)
    {
        var yaml = $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: {name}
            spec:
              type: {type}
              version: {version}
              metadata:
              - name: connectionString
                value: "unused"

            """ + string.Concat(settings.Select(s => $"  - name: {s.Name}\n    value: \"{s.Value}\"\n"));
        return Write(name + ".yaml", yaml);
    }

    public TestFolder Write(string file, string yaml)
    {
        File.WriteAllText(Path.Combine(Components, file), yaml);
        return this;
    }

    public LocalSidecarOptions Options(params SidecarApp[] apps) => new()
    {
        ComponentsPath = Components,
        DataPath = Data,
        Apps = apps.Length > 0 ? apps : [new SidecarApp("app-a")],
        Synchronous = SqliteSynchronous.Normal, // no test here cuts the power
    };

    public void Dispose() => _root.Delete(recursive: true);
}
