using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Dapr.Client;

namespace DaprMemory.Sdk.Dapr.Tests;

/// <summary>Code that compiles against our subset must compile against the official packages: every public signature stands in <c>OfficialSignatures.txt</c>.</summary>
public sealed class PublicSurfaceTests
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Public_surface_is_the_official_one()
    {
        using var reader = new StreamReader(typeof(PublicSurfaceTests).Assembly.GetManifestResourceStream("OfficialSignatures.txt")!);
        var official = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0 && line[0] != '#');
        string.Join('\n', Surface()).ShouldBe(string.Join('\n', official));
    }

    static IEnumerable<string> Surface()
    {
        foreach (var type in typeof(DaprClient).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return Describe(type);
            foreach (var line in type.GetMembers(Declared).Select(member => Describe(type, member)).OfType<string>().Order(StringComparer.Ordinal))
                yield return "    " + line;
        }
    }

    static string Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "readonly struct"
            : (type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";
        var bases = type.IsEnum || type.IsValueType || type.IsInterface ? [] : new[] { type.BaseType! }.Where(b => b != typeof(object)).Concat(type.GetInterfaces().Except(type.BaseType!.GetInterfaces())).Select(Name).ToArray();
        return $"{kind} {type.Namespace}.{Name(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    static string? Describe(Type type, MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: true } => null,
        FieldInfo { IsPublic: true, IsLiteral: true } field => $"{field.Name} = {(int)field.GetRawConstantValue()!}",
        FieldInfo { IsPublic: true } field => $"{Name(field.FieldType)} {field.Name}",
        PropertyInfo property when Visible(property.GetMethod) =>
            $"{Name(property.PropertyType)} {property.Name} {{ get; {(Visible(property.SetMethod) ? "set; " : "")}}}",
        ConstructorInfo constructor when Visible(constructor) && !type.IsAbstract => $"{type.Name.Split('`')[0]}({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when Visible(method) => Access(method) + $"{Return(method)} {method.Name}{Generics(method)}({Parameters(method)})",
        _ => null,
    };

    static bool Visible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true };

    static string Access(MethodInfo method) =>
        (method.IsFamily ? "protected " : "") + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    static string Generics(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Constrained))}>" : "";

    static string Constrained(Type parameter) =>
        parameter.Name + (parameter.GetGenericParameterConstraints().Length > 0 || parameter.GenericParameterAttributes != GenericParameterAttributes.None ? " constrained" : "");

    static string Return(MethodInfo method)
    {
        var names = method.ReturnParameter.GetCustomAttribute<TupleElementNamesAttribute>()?.TransformNames;
        if (names is null)
            return Name(method.ReturnType);
        var elements = method.ReturnType.GetGenericArguments()[0].GetGenericArguments();
        return $"Task<({string.Join(", ", elements.Select((element, i) => $"{Name(element)} {names[i]}".TrimEnd()))})>";
    }

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select((parameter, i) =>
        (i == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
        + $"{Name(parameter.ParameterType)} {parameter.Name}"
        + (parameter.HasDefaultValue ? $" = {(parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!) : parameter.DefaultValue ?? "default")}" : "")));

    static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        var simple = type.Name switch { "String" => "string", "Int32" => "int", "Boolean" => "bool", "Void" => "void", "Byte" => "byte", var name => name.Split('`')[0] };
        if (!type.IsGenericType)
            return simple;
        return new StringBuilder(simple).Append('<').AppendJoin(", ", type.GetGenericArguments().Select(Name)).Append('>').ToString();
    }
}
